//go:build !purego

#include "textflag.h"

// One step of 32 positions is eight look-ups, as in Probes. VPSHUFB looks bytes up
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

// func kernel(t *tables, block *byte, from, stop int) (at int, lanes uint32)
TEXT ·kernel(SB), NOSPLIT, $0-44
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
	MOVL DX, lanes+40(FP)
	RET

found:
	VPXOR     Y8, Y8, Y8
	VPCMPEQB  Y8, Y14, Y8
	VPMOVMSKB Y8, DX
	NOTL      DX
	VZEROUPPER
	MOVQ      BX, at+32(FP)
	MOVL      DX, lanes+40(FP)
	RET
