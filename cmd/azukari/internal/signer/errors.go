package signer

import "errors"

// ErrFenced says that another signer has taken the identity over. This one must end.
var ErrFenced = errors.New("another signer holds this validator")

// ErrRegression says that a signature was asked for before the last one. It is never given.
var ErrRegression = errors.New("already signed further")

// ErrConflict says that something else was signed at the same position. A second signature there would be a double sign.
var ErrConflict = errors.New("already signed something else there")

// ErrLocked says that an earlier holder has precommitted another block at the same height, which may have been committed.
var ErrLocked = errors.New("another block was precommitted there before the takeover")

// ErrUnavailable says that the store did not confirm in time. The same request may be made again.
var ErrUnavailable = errors.New("the store does not answer")

// ErrNoRecord says that the store does not know the validator.
var ErrNoRecord = errors.New("the store has no record of this validator")

// ErrBadRecord says that the store has a record that cannot be this validator's.
var ErrBadRecord = errors.New("the store has a record that is not this validator's")

// ErrStoreBehind says that the store has forgotten signatures: it was restored from a backup, or it is another one.
var ErrStoreBehind = errors.New("the store is behind what was signed")
