package base

import (
	"errors"
	"time"
)

// ErrNoState says that the node has not committed a block yet.
var ErrNoState = errors.New("the node has no state yet")

// AdmitClient returns membership's ErrCertificateNotAdmitted unless who has the key with a fingerprint may ask this node at a
// moment of its clock; see Keeper.AdmitCertificate. It returns ErrNoState before the first block.
//
// The last committed state decides, also while the node catches up: what it shows before it knows of a revocation is older than
// the revocation, and the certificate was good for that.
func (app *App) AdmitClient(fingerprint string, now time.Time) (organization string, err error) {
	ctx, found, err := app.committed()
	if err != nil {
		return "", err
	}
	if !found {
		return "", ErrNoState
	}
	return app.Membership.AdmitCertificate(ctx, fingerprint, now)
}
