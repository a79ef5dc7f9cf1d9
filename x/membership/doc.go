// Package membership keeps the zone's consortium: its organizations, the operators that act for them in roles, and
// the validator keys that vote on blocks. It says who may send which message, returns validator updates to
// consensus, and supplies IBC with past headers and the unbonding time, which x/staking does on other chains.
package membership
