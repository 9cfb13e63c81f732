// The page: what is typed goes to the server, what it finds out comes back as events.
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, lineNumbers, highlightActiveLine, highlightActiveLineGutter,
  drawSelection, hoverTooltip, highlightSpecialChars } from '@codemirror/view';
import { StreamLanguage, syntaxHighlighting, bracketMatching, indentUnit } from '@codemirror/language';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { search, searchKeymap } from '@codemirror/search';
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { setDiagnostics, forEachDiagnostic, lintGutter, lintKeymap } from '@codemirror/lint';
import { classHighlighter } from '@lezer/highlight';

const PAUSE = 200; // milliseconds without a key before a text is checked

const byId = id => document.getElementById(id);
const session = document.body.dataset.session;
const start = byId('start');
const machine = byId('machine');
const save = byId('save');
const status = byId('status');
const progress = byId('progress');
const mistakes = byId('mistakes');
const verdict = byId('verdict');

// Colours: the patterns of the TextMate grammar, in its order.

const STYLES = [['comment', 'comment'], ['string', 'string'], ['constant.numeric', 'number'],
  ['constant.language', 'bool'], ['support.type', 'typeName'], ['keyword.operator', 'operator'],
  ['keyword', 'keyword'], ['entity.name.function', 'variableName.special'], ['variable', 'variableName']];

function language(grammar) {
  const sticky = source => new RegExp(source, 'y');
  const patterns = grammar.patterns.map(p => ({
    style: STYLES.find(([scope]) => p.name.startsWith(scope))[1],
    match: sticky(p.match || p.begin),
    end: p.end && new RegExp(p.end, 'g'),
  }));
  return StreamLanguage.define({
    name: 'isa',
    startState: () => ({ inside: null }),
    copyState: state => ({ ...state }),
    token(stream, state) {
      if (state.inside) {
        state.inside.end.lastIndex = stream.pos;
        const end = state.inside.end.exec(stream.string);
        const style = state.inside.style;
        stream.pos = end ? state.inside.end.lastIndex : stream.string.length;
        state.inside = end ? null : state.inside;
        return style;
      }
      for (const pattern of patterns) {
        pattern.match.lastIndex = stream.pos;
        if (pattern.match.test(stream.string)) {
          stream.pos = pattern.match.lastIndex;
          state.inside = pattern.end ? pattern : null;
          return pattern.style;
        }
      }
      stream.next();
      return null;
    },
    languageData: { commentTokens: { line: '//', block: { open: '/*', close: '*/' } } },
  });
}

// Questions

function post(path, data, signal) {
  return fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ session, file: start.value, text: view.state.doc.toString(), ...data }),
    signal,
  });
}

async function complete(context) {
  const word = context.matchBefore(/\w*/);
  if (!context.explicit && word.from === word.to && context.matchBefore(/\./) === null) {
    return null;
  }
  const answer = await post('/complete', { offset: context.pos });
  return answer.ok ? { from: word.from, options: await answer.json(), validFor: /^\w*$/ } : null;
}

const note = hoverTooltip(async (view, offset) => {
  const answer = await post('/note', { offset });
  const found = answer.ok ? await answer.json() : {};
  return found.text ? {
    pos: found.from,
    end: found.to,
    create() {
      const dom = document.createElement('div');
      dom.className = 'note';
      dom.textContent = found.text;
      return { dom };
    },
  } : null;
});

// A check

let asked = 0;
let timer = 0;
let running = new AbortController();

function changed() {
  clearTimeout(timer);
  running.abort();
  asked = performance.now();
  save.hidden = true;
  verdict.classList.add('stale');
  timer = setTimeout(check, PAUSE);
}

async function check() {
  running.abort();
  running = new AbortController();
  const mine = running;
  say('checking…');
  try {
    const answer = await post('/check', { machine: machine.value }, mine.signal);
    if (!answer.ok) {
      say(await answer.text());
      return;
    }
    for await (const event of events(answer.body)) {
      if (mine.signal.aborted) {
        return;
      }
      told[event.sort](event.data);
    }
  } catch (gone) {
    if (!mine.signal.aborted) {
      say('the server is gone: start trapline serve again');
    }
  }
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    rest += value;
    const parts = rest.split('\n\n');
    rest = parts.pop();
    for (const part of parts) {
      const event = /^event: (\w+)\ndata: (.*)$/s.exec(part);
      if (event) {
        yield { sort: event[1], data: JSON.parse(event[2]) };
      }
    }
  }
}

const seconds = () => ((performance.now() - asked) / 1000).toFixed(1) + ' s';

function say(words) {
  status.textContent = words;
  progress.hidden = true;
}

const told = {
  diagnostics(data) {
    const length = view.state.doc.length;
    view.dispatch(setDiagnostics(view.state, data.diagnostics.map(d => ({
      from: Math.min(d.from, length),
      to: Math.min(d.to, length),
      severity: d.severity,
      source: d.code,
      message: [d.message + (d.label ? ': ' + d.label : ''), d.help && 'help: ' + d.help].filter(Boolean).join('\n'),
    }))));
    atCursor(view.state);
    mistakes.replaceChildren();
    if (data.diagnostics.length > 0) {
      mistakes.append(listOf(data.diagnostics.slice(0, 20)));
    }
    fill(machine, data.machines, machine.value);
    const errors = data.diagnostics.filter(d => d.severity === 'error').length;
    if (errors > 0) {
      say(errors === 1 ? 'one mistake' : errors + ' mistakes');
      verdict.replaceChildren();
    }
  },
  progress(data) {
    status.textContent = 'asking: ' + data.done + ' of ' + data.total + ' rows';
    progress.hidden = false;
    progress.max = data.total;
    progress.value = data.done;
  },
  verdict(data) {
    // Markup of our own making, in which all that is described is text.
    verdict.innerHTML = data.html;
    verdict.classList.remove('stale');
    verdict.dataset.milliseconds = Math.round(performance.now() - asked);
    const answer = verdict.querySelector('.answer');
    say(data.machine + ': ' + (answer ? answer.textContent : '') + ', answered in ' + seconds());
    save.href = '/report?session=' + session;
    save.hidden = false;
  },
  end(data) {
    if (data.why === 'time') {
      say('given up after ' + seconds() + ': too much to ask here; trapline check takes its time');
    } else if (data.why.startsWith('failed')) {
      say(data.why);
    }
  },
};

function listOf(diagnostics) {
  const list = document.createElement('ul');
  for (const d of diagnostics) {
    const item = document.createElement('li');
    item.className = d.severity;
    const go = document.createElement('button');
    go.type = 'button';
    go.textContent = 'line ' + view.state.doc.lineAt(Math.min(d.from, view.state.doc.length)).number;
    go.addEventListener('click', () => {
      view.dispatch({ selection: { anchor: Math.min(d.from, view.state.doc.length) }, scrollIntoView: true });
      view.focus();
    });
    item.append(go, ' ' + d.message + (d.label ? ': ' + d.label : ''));
    if (d.help) {
      const help = document.createElement('div');
      help.className = 'dim';
      help.textContent = 'help: ' + d.help;
      item.append(help);
    }
    list.append(item);
  }
  return list;
}

// Says under the text what is wrong where the cursor is.
function atCursor(state) {
  const found = [];
  const cursor = state.selection.main.head;
  forEachDiagnostic(state, (d, from, to) => {
    if (from <= cursor && cursor <= to) {
      found.push(d.message);
    }
  });
  byId('here').textContent = found.join('\n');
}

function fill(select, names, chosen) {
  select.replaceChildren(...names.map(name => new Option(name, name, false, name === chosen)));
}

// The page

const grammar = await (await fetch('/isa.tmLanguage.json')).json();
const view = new EditorView({
  parent: byId('text'),
  state: EditorState.create({
    extensions: [
      EditorView.cspNonce.of(document.body.dataset.nonce),
      EditorView.contentAttributes.of({ 'aria-label': 'Description of a machine', tabindex: '0' }),
      lineNumbers(), highlightActiveLine(), highlightActiveLineGutter(), highlightSpecialChars(),
      drawSelection(), history(), bracketMatching(), closeBrackets(), search({ top: true }),
      indentUnit.of('  '), lintGutter(), note,
      autocompletion({ override: [complete] }),
      language(grammar), Prec.high(syntaxHighlighting(classHighlighter)),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap,
        ...completionKeymap, ...lintKeymap]),
      EditorView.updateListener.of(update => {
        if (update.docChanged) {
          changed();
        }
        if (update.docChanged || update.selectionSet) {
          atCursor(update.state);
        }
      }),
    ],
  }),
});

async function load(name) {
  const text = await (await fetch('/machine?name=' + encodeURIComponent(name))).text();
  machine.replaceChildren();
  verdict.replaceChildren();
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 } });
}

start.addEventListener('change', () => load(start.value));
machine.addEventListener('change', () => changed());
byId('choose').addEventListener('submit', event => event.preventDefault());

const names = await (await fetch('/machines')).json();
fill(start, names, names.includes('third-generation.isa') ? 'third-generation.isa' : names[0]);
if (start.value) {
  await load(start.value);
}
document.body.dataset.ready = 'yes';
