// Package statebranch branches an application's stores: what is written in a branch is in its parent after Write, and nowhere before.
// It does what cachemulti and cachekv of the SDK do, for state that is cheap to read: a branch keeps what is written and not what is
// read, and branches a store when it is first asked for. The README of app/commitstore says what that saves.
package statebranch
