// Package batch is todo.
package batch
