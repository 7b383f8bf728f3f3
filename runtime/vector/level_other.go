//go:build !amd64

package vector

func supported() Level { return Portable }
