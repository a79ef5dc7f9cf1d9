package types

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
)

// OrderKeys are keys of payment orders, each as its type in one byte, and its id and public key after their lengths as unsigned varints.
// A payment reads the standings of both sides, and the keys of at most one.
type OrderKeys string

// EncodeOrderKeys returns keys, which are valid, in the order that they have.
func EncodeOrderKeys(keys []OrderKey) OrderKeys {
	var out []byte
	for _, key := range keys {
		out = append(out, byte(key.Type)) // #nosec G115 -- a value of the enum
		out = binary.AppendUvarint(out, uint64(len(key.Id)))
		out = append(out, key.Id...)
		out = binary.AppendUvarint(out, uint64(len(key.PublicKey)))
		out = append(out, key.PublicKey...)
	}
	return OrderKeys(out)
}

// All returns the keys, nil for none. It returns an error if they are not whole.
func (k OrderKeys) All() ([]OrderKey, error) {
	var keys []OrderKey
	r := reader{rest: []byte(k)}
	for len(r.rest) > 0 && !r.broken {
		keys = append(keys, OrderKey{Type: OrderKeyType(r.byte()), Id: r.text(), PublicKey: []byte(r.text())})
	}
	return keys, r.err("order keys", []byte(k))
}

// MarshalJSON returns the keys as a text of base64, because not all bytes are text.
func (k OrderKeys) MarshalJSON() ([]byte, error) {
	return json.Marshal(base64.StdEncoding.EncodeToString([]byte(k)))
}

// UnmarshalJSON reads what MarshalJSON returns.
func (k *OrderKeys) UnmarshalJSON(raw []byte) error {
	var bytes []byte
	err := json.Unmarshal(raw, &bytes)
	*k = OrderKeys(bytes)
	return err
}
