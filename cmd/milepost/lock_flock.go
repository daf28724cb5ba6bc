//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lockFolder keeps a second demo out of the folder until release is called or the
// process ends. It leaves no file behind.
func lockFolder(path string) (release func() error, err error) {
	folder, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = errors.New("another demo is running in this folder")
		}
		return nil, errors.Join(fmt.Errorf("lock folder %s: %w", path, err), folder.Close())
	}
	return folder.Close, nil
}
