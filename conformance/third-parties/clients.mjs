// JSON-RPC clients that others have written, at a Tern server: node clients.mjs PORT, in a folder where package.json is installed.
// Prints "passed CLIENT: CASE", or "FAILED CLIENT: CASE: WHY".
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {createRequire} from 'node:module';
import net from 'node:net';
import path from 'node:path';

const require = createRequire(path.join(process.cwd(), 'package.json'));
const jayson = require('jayson');
const {JSONRPCClient} = require('json-rpc-2.0');
const vscode = require('vscode-jsonrpc/node');

// All that a client needs which knows messages, but no frames of Tern's: a length of four bytes before each.
async function connect(port, onMessage) {
  const socket = net.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let read = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    read = Buffer.concat([read, chunk]);
    while (read.length >= 4 && read.length >= 4 + read.readUInt32BE()) {
      const end = 4 + read.readUInt32BE();
      const text = read.toString('utf8', 4, end);
      read = read.subarray(end);
      onMessage(JSON.parse(text), text);
    }
  });
  const send = (message) => {
    const payload = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(payload.length);
    socket.write(Buffer.concat([length, payload]));
  };
  return {send, close: () => socket.destroy()};
}

// Each gives call(method, params), notify(method, params), close(), and batch([[method, params], …]) if it knows batches.

async function jaysonClient(port) {
  const waiting = new Map();
  const idOf = (message) => (Array.isArray(message) ? message.map((m) => m.id).sort().join() : String(message.id));
  const link = await connect(port, (message, text) => {
    const key = idOf(message);
    const done = waiting.get(key);
    waiting.delete(key);
    done(null, text);
  });
  const client = new jayson.client.browser((request, done) => {
    const message = JSON.parse(request);
    const ids = Array.isArray(message) ? message.filter((m) => 'id' in m) : message;
    if (Array.isArray(message) || 'id' in message) waiting.set(idOf(ids), done);
    link.send(request);
    if (!Array.isArray(message) && !('id' in message)) done();
  });
  const asked = (...request) =>
    new Promise((resolve, reject) =>
      client.request(...request, (failed, error, result) =>
        failed ? reject(failed) : error ? reject(error) : resolve(result),
      ),
    );
  return {
    call: (method, params) => asked(method, params),
    notify: (method, params) => asked(method, params, null),
    batch: (calls) =>
      new Promise((resolve, reject) =>
        client.request(
          calls.map(([method, params]) => client.request(method, params, undefined, false)),
          (failed, replies) => (failed ? reject(failed) : resolve(replies)),
        ),
      ),
    close: link.close,
  };
}

async function jsonRpc2Client(port) {
  let client;
  const link = await connect(port, (message) => client.receive(message));
  client = new JSONRPCClient(async (request) => link.send(request));
  let id = 0;
  return {
    call: (method, params) => client.request(method, params),
    notify: async (method, params) => client.notify(method, params),
    batch: (calls) =>
      client.requestAdvanced(calls.map(([method, params]) => ({jsonrpc: '2.0', id: `b${++id}`, method, params}))),
    close: link.close,
  };
}

async function vscodeClient(port) {
  // Its own frames have headers: it is given messages by a reader and a writer, which it lets others write.
  let deliver;
  const link = await connect(port, (message) => deliver(message));
  class Reader extends vscode.AbstractMessageReader {
    listen(callback) {
      deliver = callback;
      return {dispose() {}};
    }
  }
  class Writer extends vscode.AbstractMessageWriter {
    async write(message) {
      link.send(message);
    }
    end() {}
  }
  const connection = vscode.createMessageConnection(new Reader(), new Writer());
  connection.listen();
  const {byName, byPosition} = vscode.ParameterStructures;
  const shaped = (params) => (Array.isArray(params) ? [byPosition, ...params] : params ? [byName, params] : []);
  return {
    call: (method, params) => connection.sendRequest(method, ...shaped(params)),
    notify: (method, params) => connection.sendNotification(method, ...shaped(params)),
    close() {
      connection.dispose();
      link.close();
    },
  };
}

const failure = async (call) => {
  let result;
  try {
    result = await call;
  } catch (error) {
    return error;
  }
  throw new Error(`a result: ${JSON.stringify(result)} (expected: an error)`);
};

const cases = {
  'by name': async (c) => assert.equal(await c.call('subtract', {minuend: 42, subtrahend: 23}), 19),
  'by position': async (c) => assert.equal(await c.call('subtract', [23, 42]), -19),
  'without params': async (c) => assert.deepEqual(await c.call('get_data'), ['hello', 5]),
  'any JSON': async (c) => {
    const value = {text: 'ä\u0000"\\\u{1F600}', list: [1.5, -0, true, null, {}], deep: [[[['x']]]]};
    assert.deepEqual(await c.call('echo', value), JSON.parse(JSON.stringify(value)));
  },
  'a long text': async (c) => {
    const text = 'ä'.repeat(500_000);
    assert.equal((await c.call('echo', [text]))[0], text);
  },
  'no such method': async (c) => assert.equal((await failure(c.call('foobar', {}))).code, -32601),
  'wrong params': async (c) => assert.equal((await failure(c.call('subtract', {minuend: 'x', subtrahend: 1}))).code, -32602),
  'an error of the method': async (c) => {
    const error = await failure(c.call('fail', {text: 'é'}));
    assert.equal(error.message, 'é');
    assert.equal(error.code, -32000);
    assert.equal(error.data.code, 'TOO_POOR');
    assert.deepEqual(error.data.details, {missing: 5});
  },
  'a notification': async (c, name) => {
    await c.notify('open', {text: name});
    assert.equal(await c.call('is_open', {text: name}), true);
  },
  'a notification of an unknown method': async (c) => {
    await c.notify('foobar', {text: 'x'});
    assert.equal(await c.call('subtract', [2, 1]), 1);
  },
  'a hundred in flight': async (c) => {
    const all = await Promise.all(Array.from({length: 100}, (_, i) => c.call('subtract', [i, 1])));
    assert.deepEqual(all, Array.from({length: 100}, (_, i) => i - 1));
  },
  'replies in another order': async (c, name) => {
    const ended = [];
    const late = c.call('is_open', {text: `late ${name}`}).then(() => ended.push('late'));
    await c.call('subtract', [2, 1]);
    ended.push('soon');
    await c.call('open', {text: `late ${name}`});
    await late;
    assert.deepEqual(ended, ['soon', 'late']);
  },
  'a batch': async (c) => {
    const replies = await c.batch([['subtract', [42, 23]], ['foobar', {}], ['get_data', []]]);
    const said = replies.map((reply) => reply.error?.code ?? reply.result);
    assert.deepEqual(new Set(said.map((x) => JSON.stringify(x))), new Set(['19', '-32601', '["hello",5]']));
  },
};

const port = Number(process.argv[2]);
const clients = {jayson: jaysonClient, 'json-rpc-2.0': jsonRpc2Client, 'vscode-jsonrpc': vscodeClient};
for (const [name, open] of Object.entries(clients)) {
  const client = await open(port);
  for (const [title, run] of Object.entries(cases)) {
    if (title === 'a batch' && !client.batch) continue; // one that has none
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('no end within 10 s')), 10_000);
    });
    try {
      await Promise.race([run(client, name), late]);
      console.log(`passed ${name}: ${title}`);
    } catch (error) {
      console.log(`FAILED ${name}: ${title}: ${error?.message ?? JSON.stringify(error)}`);
    }
    clearTimeout(timer);
  }
  client.close();
}
