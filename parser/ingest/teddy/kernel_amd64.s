//go:build !purego

#include "textflag.h"

// A step of 32 positions is eight look-ups, as in probesAVX2. VPSHUFB looks bytes up
// in a table of sixteen by their lowest four bits, and gives 0 for one whose bit 7
// is set. So a byte of ASCII needs no masking, and no other one matches; only the
// last, which may stand behind a short literal, is masked first. Bits 3 to 6 are
// shifted down in words; what comes in from the neighbour is masked off.
//
// Y0 to Y7 are the tables, twice each; Y15 is 0x0f in each byte; Y14 are the
// buckets that are left at each position.

#define PROBE_LOW(at, table) \
	VPSHUFB at(SI)(BX*1), table, Y9 \
	VPAND   Y9, Y14, Y14

#define PROBE_BOTH(at, low, high) \
	VMOVDQU at(SI)(BX*1), Y8  \
	VPSHUFB Y8, low, Y9       \
	VPSRLW  $3, Y8, Y10       \
	VPAND   Y10, Y15, Y10     \
	VPSHUFB Y10, high, Y11    \
	VPAND   Y9, Y14, Y14      \
	VPAND   Y11, Y14, Y14

// func stepsAVX2(t *tables, block *byte, from, stop int) (at int, lanes uint64)
TEXT ·stepsAVX2(SB), NOSPLIT, $0-48
	MOVQ t+0(FP), AX
	MOVQ block+8(FP), SI
	MOVQ from+16(FP), BX
	MOVQ stop+24(FP), CX
	XORL DX, DX
	CMPQ BX, CX
	JGE  none

	VBROADCASTI128 0(AX), Y0
	VBROADCASTI128 16(AX), Y1
	VBROADCASTI128 32(AX), Y2
	VBROADCASTI128 48(AX), Y3
	VBROADCASTI128 64(AX), Y4
	VBROADCASTI128 80(AX), Y5
	VBROADCASTI128 96(AX), Y6
	VBROADCASTI128 112(AX), Y7
	MOVQ           $0x0f0f0f0f0f0f0f0f, DI
	VMOVQ          DI, X15
	VPBROADCASTQ   X15, Y15

	PCALIGN $32

step:
	VPSHUFB 0(SI)(BX*1), Y0, Y14
	PROBE_BOTH(1, Y1, Y2)
	PROBE_BOTH(2, Y3, Y4)
	PROBE_BOTH(3, Y5, Y6)
	VPAND   4(SI)(BX*1), Y15, Y8
	VPSHUFB Y8, Y7, Y9
	VPAND   Y9, Y14, Y14
	VPTEST  Y14, Y14
	JNE     found
	ADDQ    $32, BX
	CMPQ    BX, CX
	JLT     step
	VZEROUPPER

none:
	MOVQ BX, at+32(FP)
	MOVQ DX, lanes+40(FP)
	RET

found:
	VPXOR     Y8, Y8, Y8
	VPCMPEQB  Y8, Y14, Y8
	VPMOVMSKB Y8, DX
	NOTL      DX
	VZEROUPPER
	MOVQ      BX, at+32(FP)
	MOVQ      DX, lanes+40(FP)
	RET

// A step of 64 positions is five look-ups, as in probesVBMI. VPERMB looks bytes up in a table of 64
// by their lowest six bits.
//
// Z0 to Z4 are the tables.

// func stepsVBMI(t *tables, block *byte, from, stop int) (at int, lanes uint64)
TEXT ·stepsVBMI(SB), NOSPLIT, $0-48
	MOVQ t+0(FP), AX
	MOVQ block+8(FP), SI
	MOVQ from+16(FP), BX
	MOVQ stop+24(FP), CX
	XORL DX, DX
	CMPQ BX, CX
	JGE  end

	VMOVDQU64 0(AX), Z0
	VMOVDQU64 64(AX), Z1
	VMOVDQU64 128(AX), Z2
	VMOVDQU64 192(AX), Z3
	VMOVDQU64 256(AX), Z4

	PCALIGN $32

wide:
	VMOVDQU64  0(SI)(BX*1), Z8
	VMOVDQU64  1(SI)(BX*1), Z9
	VMOVDQU64  2(SI)(BX*1), Z10
	VMOVDQU64  3(SI)(BX*1), Z11
	VMOVDQU64  4(SI)(BX*1), Z12
	VPERMB     Z0, Z8, Z8
	VPERMB     Z1, Z9, Z9
	VPERMB     Z2, Z10, Z10
	VPERMB     Z3, Z11, Z11
	VPERMB     Z4, Z12, Z12
	VPTERNLOGQ $0x80, Z10, Z9, Z8 // the AND of three
	VPANDQ     Z11, Z12, Z11
	VPTESTMB   Z8, Z11, K1
	KORTESTQ   K1, K1
	JNE        candidate
	ADDQ       $64, BX
	CMPQ       BX, CX
	JLT        wide
	JMP        clean

candidate:
	KMOVQ K1, DX

clean:
	VZEROUPPER

end:
	MOVQ BX, at+32(FP)
	MOVQ DX, lanes+40(FP)
	RET
