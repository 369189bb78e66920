package revision

import (
	"io/fs"
	"syscall"
	"time"
)

// changeTime is when the inode last changed, which no program can set back.
func changeTime(found fs.FileInfo) (time.Time, bool) {
	stat, ok := found.Sys().(*syscall.Stat_t)
	if !ok {
		return time.Time{}, false
	}
	return time.Unix(stat.Ctimespec.Sec, stat.Ctimespec.Nsec), true
}
