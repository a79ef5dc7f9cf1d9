// Package regions lays networks of regions on one machine: each region has a network of its own, in a Linux network namespace,
// and between them are some milliseconds. Whole regions can be killed, or cut off.
//
// Nothing of it touches the machine's own network, and nothing is left behind: the test itself runs in a namespace of its own
// (see [Main]), and a namespace ends with the last process in it.
package regions
