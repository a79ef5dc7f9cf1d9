// Package openapi serves the OpenAPI document of a node's REST gateway. `make proto` writes the document.
package openapi

import (
	_ "embed"
	"net/http"

	"github.com/gorilla/mux"
)

// Path is where a node serves the document.
const Path = "/openapi.json"

//go:embed openapi.json
var document []byte

// Register adds the document to a node's API router.
func Register(router *mux.Router) {
	router.HandleFunc(Path, serve).Methods(http.MethodGet, http.MethodHead)
}

func serve(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if _, err := w.Write(document); err != nil {
		return // the client went away
	}
}
