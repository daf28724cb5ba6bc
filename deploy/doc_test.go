// Package deploy_test checks what runs milepost beside its servers: docker-compose.yml
// and the files that it mounts.
package deploy_test
