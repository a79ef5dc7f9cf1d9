// Package types has the findings of the audit, and what it asks of other modules.
package types

// ModuleName names the module in errors and on the command line. The module has no store.
const ModuleName = "audit"
