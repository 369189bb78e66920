package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/depreview/depreview/analysis/engines"
	"github.com/depreview/depreview/analysis/posture"
	"github.com/depreview/depreview/diff/revision"
)

// scored asks Scorecard too. Whatever becomes of it, what depreview itself finds
// stands, and what Scorecard would have said is unknown; only the person's own
// wish to end is an error.
func scored(ctx context.Context, repo revision.Repository, rev revision.Revision, dir string) (*posture.Scored, error) {
	engine, err := engines.Find(buildVersion())
	if err == nil {
		var s *posture.Scored
		if s, err = score(ctx, engine, repo, rev, dir); err == nil {
			return s, nil
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	reason, hint, _ := strings.Cut(err.Error(), "\nhint: ")
	return &posture.Scored{Unknown: engines.OneLine(reason, 300), Do: engines.OneLine(hint, 300)}, nil
}

// score gives the engine the commit where it lies, or the files of the working
// tree and the index that belong to it.
func score(ctx context.Context, engine *engines.Engine, repo revision.Repository, rev revision.Revision, dir string) (*posture.Scored, error) {
	request := engines.ScorecardRequest{Head: rev.Commit(), MaxDetails: 2000}
	var err error
	switch {
	case request.Head != "":
		if request.Repository = repo.Root(); request.Repository == "" { // bare
			request.Repository = dir
		}
		request.Repository, err = filepath.Abs(request.Repository)
	case rev.Name() == "index":
		if request.Directory, err = os.MkdirTemp("", "depreview-posture-"); err != nil {
			return nil, fmt.Errorf("make a temporary directory: %w\nhint: set TMPDIR to a directory that you may write to", err)
		}
		defer os.RemoveAll(request.Directory)
		var files []string
		if files, err = rev.Paths(ctx, everything); err == nil {
			err = copyOut(ctx, rev, request.Directory, files, limits{files: 200_000, bytes: 512 << 20})
		}
	default:
		var files []string
		if files, err = rev.Paths(ctx, everything); err == nil {
			request.Directory, err = filepath.Abs(repo.Root())
			request.Files = &files
		}
	}
	if err != nil {
		return nil, err
	}
	answer, err := engine.Scorecard(ctx, request)
	if err != nil {
		return nil, err
	}
	if answer.Head == nil {
		return nil, errors.New(answer.HeadUnknown)
	}
	return &posture.Scored{Version: answer.ScorecardVersion, Result: answer.Head}, nil
}

func everything(string) bool { return true }
