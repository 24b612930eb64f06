// Builds the signer that the interop suite uses: go -C .ci/notation build -o DIRECTORY github.com/notaryproject/notation/cmd/notation
module connaisseur.dev/ci/notation

go 1.23.0

require github.com/notaryproject/notation v1.3.2
