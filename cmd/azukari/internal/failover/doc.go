// Package failover moves a validator from a region that is lost to a listener in another one, and says whether that can be done
// without signing twice.
package failover
