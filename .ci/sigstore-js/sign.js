// Signs a statement with a key as a sigstore bundle: node sign.js KEY.pem STATEMENT.json
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const { bundleToJSON } = require('@sigstore/bundle');
const { DSSEBundleBuilder } = require('@sigstore/sign');

const key = crypto.createPrivateKey(fs.readFileSync(process.argv[2]));
const publicKey = crypto.createPublicKey(key).export({ type: 'spki', format: 'pem' });
const signer = {
  sign: async (data) => ({
    signature: crypto.sign('sha256', data, key),
    key: { $case: 'publicKey', publicKey, hint: 'interop' },
  }),
};

new DSSEBundleBuilder({ signer, witnesses: [] })
  .create({ data: fs.readFileSync(process.argv[3]), type: 'application/vnd.in-toto+json' })
  .then((bundle) => process.stdout.write(JSON.stringify(bundleToJSON(bundle))));
