# `make help` lists the targets.

MODULE   := github.com/azukari-network/azukari
BINARIES := fzd bzd azrelay azukari

# One build everywhere: C secp256k1 verifies signatures 2.2 to 2.5 times faster than the Go one.
TAGS := libsecp256k1_sdk
export CGO_ENABLED := 1
# For every go command below, so that build, test, lint and vuln share one build cache.
export GOFLAGS := $(strip $(GOFLAGS) -trimpath -tags=$(TAGS))

VERSION := $(or $(shell git describe --tags --always --dirty 2>/dev/null),unreleased)
COMMIT  := $(or $(shell git rev-parse --verify --quiet HEAD 2>/dev/null),unknown)

SDK_VERSION := github.com/cosmos/cosmos-sdk/version
LDFLAGS = -s -w \
	-X $(SDK_VERSION).Name=azukari \
	-X $(SDK_VERSION).AppName=$(notdir $@) \
	-X $(SDK_VERSION).Version=$(VERSION) \
	-X $(SDK_VERSION).Commit=$(COMMIT) \
	-X $(SDK_VERSION).BuildTags=$(TAGS)

# Least share of statements, in percent, that the tests reach in each package of x/.
COVERAGE_MIN  ?= 80
COVERAGE_FILE := build/coverage.out
TEST_TIMEOUT  ?= 20m

# The advisories that `make vuln` checks against: an archive beside the repository, or any govulncheck -db URL.
VULNDB_ARCHIVE ?= ../shared/vulndb/vulndb.tar.xz
VULNDB         ?=

.DEFAULT_GOAL := build

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: $(BINARIES:%=build/%) ## build the four programs into build/

# Nodes are compiled for what they do under load, which `make profile` writes down.
PROFILE := cmd/internal/node/load.pgo
build/fzd build/bzd: PGO := -pgo=$(PROFILE)

$(BINARIES:%=build/%): FORCE
	go build $(PGO) -ldflags '$(LDFLAGS)' -o $@ ./cmd/$(notdir $@)

.PHONY: FORCE
FORCE:

.PHONY: test
test: build build/tools/etcd ## run all tests; fail when a package of x/ is covered below COVERAGE_MIN percent, and on a race of readers with the state
	go test -timeout $(TEST_TIMEOUT) -coverpkg=./x/... -coverprofile=$(COVERAGE_FILE) ./...
	go run ./scripts/coverage -min $(COVERAGE_MIN) $(COVERAGE_FILE)
	go test -race -timeout $(TEST_TIMEOUT) -run 'Queries|Writer|TakingOver' ./app/commitstore ./internal/statebranch

.PHONY: mutants
mutants: ## drop one line of accounting at a time, and fail unless the laws of money see each
	go run ./scripts/mutants

.PHONY: bench
bench: ## run the Go benchmarks
	go test -timeout $(TEST_TIMEOUT) -run '^$$' -bench . -benchmem ./...

.PHONY: profile
profile: build ## measure anew what nodes are compiled for: payment orders, payments and plain sends
	for kind in orders payments sends; do \
		build/azukari bench --accounts 108000 --kind $$kind --seconds 40 --profile-seconds 20 --out build/profile/$$kind || exit 1; \
	done
	go tool pprof -proto build/profile/*/cpu-bank-a-run-1.pprof > $(PROFILE)

.PHONY: bench-relayer
bench-relayer: build ## measure the relayer between real zones: 500 packets live and from a backlog, 100 charges and discharges
	go test -tags bench,$(TAGS) -timeout $(TEST_TIMEOUT) -count 1 -v -run TestRelaying ./relayer/bench

.PHONY: bench-settlement
bench-settlement: build ## measure deliveries against payment in a zone of a devnet, beside plain payments
	go test -tags bench,$(TAGS) -timeout $(TEST_TIMEOUT) -count 1 -v -run TestDeliveryAgainstPayment ./testutil/devnet

.PHONY: bench-gateway
bench-gateway: build ## measure one gateway and two of them with 96,000 orders, and what an order costs there
	go test -tags bench,$(TAGS) -timeout $(TEST_TIMEOUT) -count 1 -v -run TestGatewayThroughput ./cmd/azukari

.PHONY: bench-orders
bench-orders: build ## measure payment orders on four validators with 10,800 accounts: a short look, not a figure
	rm -rf build/bench-orders
	build/azukari bench --accounts 10800 --in-flight 2700 --bundle 300 --seconds 30 --profile-seconds 10 --out build/bench-orders

.PHONY: drill-regions
drill-regions: build build/tools/etcd ## lose Tokyo and promote in Osaka, between network namespaces: needs root, or user namespaces
	go test -tags drill,$(TAGS) -timeout $(TEST_TIMEOUT) -count 1 -v -run TestRegion ./cmd/azukari/internal/failover/drill

build/drill/fzd: FORCE # the version that the drill upgrades to; no release has it
	go build -tags drill,$(TAGS) -ldflags '$(LDFLAGS)' -o $@ ./cmd/fzd

.PHONY: drill-upgrade
drill-upgrade: build build/drill/fzd ## upgrade the Financial Zone of a devnet by vote, from fzd to a second build of it
	go test -tags drill,$(TAGS) -timeout $(TEST_TIMEOUT) -count 1 -v -run TestSoftwareUpgradeByVote ./testutil/devnet

# golangci-lint remembers findings with their absolute paths: one cache per clone.
export GOLANGCI_LINT_CACHE := $(CURDIR)/build/lint-cache

.PHONY: lint
lint: build/tools/golangci-lint ## run golangci-lint
	build/tools/golangci-lint run ./...

.PHONY: fmt
fmt: build/tools/golangci-lint ## format the Go code
	build/tools/golangci-lint fmt ./...

.PHONY: vuln
vuln: build/tools/govulncheck ## look for known vulnerabilities in the code that is called
ifneq ($(VULNDB),)
	go run ./scripts/vuln build/tools/govulncheck -db '$(VULNDB)' ./...
else ifneq ($(wildcard $(VULNDB_ARCHIVE)),)
	rm -rf build/vulndb && mkdir -p build/vulndb && tar -xJf '$(VULNDB_ARCHIVE)' -C build/vulndb
	go run ./scripts/vuln build/tools/govulncheck -db 'file://$(CURDIR)/build/vulndb/db' ./...
else
	@echo 'make vuln: no advisories at $(VULNDB_ARCHIVE): name an archive with VULNDB_ARCHIVE=, or a database with VULNDB=URL' >&2; exit 1
endif

.PHONY: tools
tools: build/tools/golangci-lint build/tools/govulncheck build/tools/etcd ## build the pinned tools into build/tools/

build/tools/golangci-lint build/tools/govulncheck &: scripts/tools/go.mod scripts/tools/go.sum
	GOFLAGS= go build -C scripts/tools -o ../../build/tools/ tool
	@touch build/tools/golangci-lint build/tools/govulncheck

# The store of the failover tests: its own module, so that what a server needs decides neither the tools nor the nodes.
build/tools/etcd: scripts/tools/etcd/go.mod scripts/tools/etcd/go.sum
	GOFLAGS= go build -C scripts/tools/etcd -trimpath -ldflags '-s -w' -o ../../../build/tools/etcd go.etcd.io/etcd/server/v3
	@touch build/tools/etcd

.PHONY: proto
proto: ## generate Go code and the OpenAPI document from proto/
	go run ./scripts/protogen

.PHONY: proto-check
proto-check: ## fail when generated code is stale
	@go run ./scripts/protogen -check

.PHONY: demo
demo: build ## run the whole story on a devnet
	build/azukari demo

.PHONY: clean
clean: ## remove what make writes
	rm -rf build
