// Package hold is the only module that ever keeps somebody's coins: an amount of an owner's coins set aside for a
// purpose, which is released to the owner or captured by payees. It has no messages; other modules call its keeper.
package hold
