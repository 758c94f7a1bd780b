#!/bin/sh
# Makes throw-away certificates in the folder $1 for scenarios that use TLS: server (self-signed, localhost), sink
# (signed by ca), untrusted (self-signed by a stranger). Run once before run.mjs; nothing recorded depends on the keys.
set -eu
cd "$1"
self() { openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days 3650 -keyout "$1.key" -out "$1.pem" -subj "/CN=$2" -addext "subjectAltName=$3" 2>/dev/null; }
openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days 3650 -keyout ca.key -out ca.pem -subj "/CN=Oracle Test CA" 2>/dev/null
self server localhost DNS:localhost,IP:127.0.0.1
self untrusted untrusted.test DNS:untrusted.test
openssl req -newkey rsa:2048 -nodes -sha256 -keyout sink.key -out sink.csr -subj "/CN=sink.test" 2>/dev/null
printf 'subjectAltName=DNS:sink.test,DNS:localhost\n' >sink.ext
openssl x509 -req -in sink.csr -CA ca.pem -CAkey ca.key -CAcreateserial -sha256 -days 3650 -extfile sink.ext -out sink.pem 2>/dev/null
rm -f sink.csr sink.ext ca.srl
