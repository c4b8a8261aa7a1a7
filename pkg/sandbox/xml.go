package sandbox

import (
	"bytes"
	"encoding/xml"
	"strings"
)

const namespace = "http://ec2.amazonaws.com/doc/" + Version + "/"

// An answer is the union of all actions' answers. The order of the members is that of EC2's documents.
type answer struct {
	XMLName   xml.Name
	RequestID string `xml:"requestId"`

	Return        string              `xml:"return,omitempty"`
	Vpc           *vpcXML             `xml:"vpc"`
	RouteTable    *routeTableXML      `xml:"routeTable"`
	NetworkACL    *networkACLXML      `xml:"networkAcl"`
	VpcSet        *set[vpcXML]        `xml:"vpcSet"`
	RouteTableSet *set[routeTableXML] `xml:"routeTableSet"`
	NetworkACLSet *set[networkACLXML] `xml:"networkAclSet"`
	TagSet        *set[tagRow]        `xml:"tagSet"`
	ClientToken   string              `xml:"clientToken,omitempty"`
	NextToken     string              `xml:"nextToken,omitempty"`
}

// done returns the answer of an action without a result.
func done() *answer { return &answer{Return: "true"} }

// A set is a list in EC2's XML form.
type set[T any] struct {
	Items []T `xml:"item"`
}

func (s *set[T]) add(item T) { s.Items = append(s.Items, item) }

func setOf[T any](rs []*resource, item func(*resource) T) *set[T] {
	s := &set[T]{}
	for _, r := range rs {
		s.add(item(r))
	}
	return s
}

// An errorXML is EC2's error document.
type errorXML struct {
	XMLName   xml.Name `xml:"Response"`
	Code      string   `xml:"Errors>Error>Code"`
	Message   string   `xml:"Errors>Error>Message"`
	RequestID string   `xml:"RequestID"`
}

// document encodes a document in EC2's form.
func document(v any) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	e := xml.NewEncoder(&b)
	e.Indent("", "    ")
	if err := e.Encode(v); err != nil {
		panic(err) // the types above can't be encoded, which every test detects
	}
	return b.Bytes()
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }
