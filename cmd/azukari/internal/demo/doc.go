// Package demo plays a story on a devnet: banks open accounts and issue yen against deposits, customers pay, charge
// Business Zones, pay there and come back, and banks redeem. The story is two CSV files. Wrong rows are refused by
// the chains, or by the reader if they cannot even be sent, and the demo ends by accounting for every yen.
package demo
