// Package zonelink is the parent of both ends of the zone link: packages financial and business, and what they share in
// package types. It has no code of its own; its tests run both ends against each other, in real applications.
package zonelink
