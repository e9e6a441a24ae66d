// What RudderStack's own transformer makes of the cases on stdin. transform.cjs CHECKOUT; a case a line in, the
// same with its answer a line out.
const path = require('node:path');
const readline = require('node:readline');

process.env.TZ = 'UTC';
process.env.LOG_LEVEL = 'none';
const checkout = path.resolve(process.argv[2]);
const load = (file) => require(path.join(checkout, 'src', file));
const warehouses = { snowflake: load('v0/destinations/snowflake/transform.js'), bq: load('v0/destinations/bq/transform.js') };
const { transformColumnName } = load('warehouse/v1/util.js');
const { validTimestamp } = load('warehouse/util.js');

// Anything it prints must not get between the answers.
console.error = console.log = () => {};

function answer(item) {
  const event = {
    message: JSON.parse(item.message),
    metadata: item.metadata ?? undefined,
    destination: { Config: item.config },
    request: { query: { whSchemaVersion: 'v1', whIDResolve: String(item.idResolve) } },
  };
  try {
    const rows = warehouses[item.warehouse].process(event);
    return { rows: rows.map(({ metadata, data }) => ({ table: metadata.table, columns: metadata.columns, data })) };
  } catch (error) {
    return { error: error.message };
  }
}

function complete(item) {
  if (item.name !== undefined) {
    item.default = transformColumnName({ provider: 'bq' }, item.name);
    item.divided = transformColumnName({ provider: 'bq', underscoreDivideNumbers: true }, item.name);
  } else if (item.time !== undefined) {
    item.iso = validTimestamp(item.time) ? new Date(item.time).toISOString() : null;
  } else if (item.number !== undefined) {
    const value = JSON.parse(item.number);
    item.text = JSON.stringify(value);
    item.isWhole = Number.isInteger(value);
  } else {
    Object.assign(item, answer(item));
  }
  // Ids that it makes up are given a fixed one.
  return JSON.stringify(item).replace(/auto-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'auto-id');
}

readline.createInterface({ input: process.stdin }).on('line', (line) => process.stdout.write(`${complete(JSON.parse(line))}\n`));
