package devnet

// Use makes the node run another program from its next start on, as after a software upgrade.
func (n *Node) Use(binary string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.binary = binary
}
