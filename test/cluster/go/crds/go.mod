module meshprobe.invalid/lab/crds

go 1.26

// Only their definitions of custom resources are used: nothing of them is compiled.
require (
	github.com/prometheus-operator/prometheus-operator v0.85.0
	sigs.k8s.io/gateway-api v1.4.0
)
