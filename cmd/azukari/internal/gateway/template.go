package gateway

import "text/template"

// configTemplate is gateway.yaml as init writes it.
var configTemplate = template.Must(template.New(ConfigFile).Parse(`# A gateway: it takes payment orders and brings them to a zone in bundles. docs/gateway.md tells how to run it.
# Paths are relative to this file. What is left out has the value shown here.

# The zone's chain, and nodes of it that this organization trusts, the preferred one first. Name listeners: they index transactions.
chain_id: {{ .ChainID }}
nodes:
{{- range .Nodes }}
  - rpc: {{ .RPC }}
    grpc: {{ .GRPC }}
{{- end }}
# For nodes on other machines: ca, and this organization's certificate and key, in PEM.
# nodes_tls: {ca: nodes-ca.pem, certificate: client.pem, key: client.key}

# Key of an operator in role gateway: 64 hex digits or a mnemonic, mode 0600. No other program may sign with it.
key_file: {{ .KeyFile }}

# Where senders bring orders, as host:port; empty does not serve. Anything but loopback needs tls.
grpc: {{ .GRPC }}
rest: {{ .REST }}
# tls: {certificate: gateway.pem, key: gateway-tls.key}
# /metrics and /healthz, for the network of your monitoring.
metrics: {{ .Metrics }}

# Tokens of senders, as hashes: 'azukari gateway new-token' writes them. Changes are read without a restart.
tokens: {{ .Tokens }}
# What the gateway has taken and what became of it. Never share it between gateways.
journal: {{ .Journal }}
log: {level: {{ .Log.Level }}, format: {{ .Log.Format }}}

bundle:
  # Most orders in a bundle; the zone's bundle_orders_max bounds it, too.
  orders: {{ .Bundle.Orders }}
  # Most bytes of their orders: less than mempool.max_tx_bytes of the nodes, which is a million by default.
  bytes: {{ .Bundle.Bytes }}
  # How long an order may wait for others.
  wait: {{ .Bundle.Wait }}
  # Most bundles that wait for a block.
  in_flight: {{ .Bundle.InFlight }}
  # Gas of one order. It has no price; it is doubled when it does not suffice.
  order_gas: {{ .Bundle.OrderGas }}

# Most orders without an outcome, of all senders.
open_orders: {{ .OpenOrders }}
# How long an outcome is kept for senders that ask again. The zone knows it for ever.
keep_outcomes: {{ .KeepOutcomes }}
# How often nodes are asked for a new block.
poll: {{ .Poll }}
# How long open orders may take when the gateway ends; what is open then goes on at the next start.
drain: {{ .Drain }}
`))
