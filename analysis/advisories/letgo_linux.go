package advisories

import (
	"syscall"

	bolt "go.etcd.io/bbolt"
)

// letGo tells the system that what was read of the mapped file need not stay
// in this process: it is in the system's cache, and is mapped again when it is
// read again. The kernel maps sixteen pages around each that is read, so that
// asking about three thousand packages would hold the whole file.
func letGo(db *bolt.DB, size int64) {
	// A refusal costs memory and nothing else.
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, db.Info().Data, uintptr(size), syscall.MADV_DONTNEED)
}
