//go:build !purego

package teddy

import "golang.org/x/sys/cpu"

// fastest gives the fastest kernel that this CPU and its system allow.
func fastest() Kernel {
	switch {
	case cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VBMI:
		return VBMI
	case cpu.X86.HasAVX2:
		return AVX2
	}
	return Plain
}

//go:noescape
func stepsAVX2(t *tables, block *byte, from, stop int) (at int, lanes uint64)

//go:noescape
func stepsVBMI(t *tables, block *byte, from, stop int) (at int, lanes uint64)
