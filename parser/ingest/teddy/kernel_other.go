//go:build !amd64 || purego

package teddy

func fastest() Kernel { return Plain }

func stepsAVX2(*tables, *byte, int, int) (int, uint64) { panic("no AVX2") }

func stepsVBMI(*tables, *byte, int, int) (int, uint64) { panic("no AVX-512") }
