// Starts `trapline lsp` for descriptions; all else is the language client's.
const { workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

exports.activate = () => {
  const command = workspace.getConfiguration('trapline').get('command');
  client = new LanguageClient(
    'trapline',
    'Trapline',
    { command, args: ['lsp'] },
    { documentSelector: [{ scheme: 'file', language: 'isa' }] });
  return client.start();
};

exports.deactivate = () => client && client.stop();
