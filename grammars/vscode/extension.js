// Starts `trapline lsp` for descriptions; all else is the language client's.
const { commands, window, workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

const SETTING = 'trapline.command';
let client;

const start = async () => {
  const command = workspace.getConfiguration().get(SETTING);
  client = new LanguageClient(
    'trapline',
    'Trapline',
    { command, args: ['lsp'] },
    { documentSelector: [{ scheme: 'file', language: 'isa' }] });
  try {
    await client.start();
  } catch (failure) {
    client = undefined;
    const open = 'Open the setting';
    const chosen = await window.showErrorMessage(`"${command} lsp" could not be started: ${SETTING} says where it is.`, open);
    if (chosen === open) {
      commands.executeCommand('workbench.action.openSettings', SETTING);
    }
  }
};

const stop = () => client && client.stop();

exports.activate = ({ subscriptions }) => {
  subscriptions.push(workspace.onDidChangeConfiguration(async change => {
    if (change.affectsConfiguration(SETTING)) {
      await stop();
      await start();
    }
  }));
  start();
};

exports.deactivate = stop;
