// Events of every call type, with all that is known to be awkward in a warehouse, from a seed.
// generate.mjs SEED COUNT: COUNT cases for each warehouse, a JSON object a line. `message` is JSON text, because
// numbers such as 1.0 and 1e400 and keys that repeat would not survive being parsed.

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const domainEvents = ['flow_executed', 'tool_used', 'rag_query_triggered', 'agent_created', 'prompt_blocked',
  'agent_execution', 'agent_error'];
const oddNames = ['Flow Executed', 'flowExecuted', 'order.completed', 'HTTPServerError', 'getHTTP2Response', '99Bottles',
  '3dModel', '1step', 'step-1', 'step_1', '1stPlace', '22ND thing', '11th Hour', 'v1beta2', 'x86_64Build', "it's done",
  'naïve café', '日本語', '!!!', '🎉 party', '$pageview', '@id', '_A', '-_a', '___', '__FooBar', 'a___', 'FOOBar', 'fooBAR',
  'iPhone14ProMax', '1CComega', 'Straße', 'İstanbul', 'a\\b$c', ' spaced  out ', '\u00a0nbsp\u00a0', 'tab\tname'];
const tableNames = ['users', 'identifies', 'tracks', 'pages', 'screens', 'aliases', 'groups', 'accounts', 'Users',
  'rudder_discards', 'GROUPS', 'Tracks '];
const reserved = ['order', 'group', 'select', 'from', 'to', 'table', 'row', 'account', 'values', 'start', 'schema',
  'current_date', 'hash', 'limit', 'end', 'range', 'interval', 'window', 'new', 'no', 'over', 'at', 'if', 'LocalTime'];
const ownColumns = ['id', 'anonymousId', 'user_id', 'userId', 'sentAt', 'timestamp', 'received_at', 'originalTimestamp',
  'channel', 'context_ip', 'context_request_ip', 'event_text', 'record_id', 'name', 'groupId', 'previous_id', 'event',
  'uuid_ts', 'loaded_at', '_id', '_timestamp', '__id', 'rudder_event', 'context_library_name', 'violationErrors',
  'constructor', 'toString', 'valueOf'];
const plainKeys = ['trace_id', 'latency_ms', 'latencyMs', 'Latency MS', 'match_score', 'tools_used', 'success', 'status',
  'flowId', 'flow-id', 'FlowID', 'tokens', 'input', 'a', 'b', 'c', 'A', 'aB', 'a_b', '1', '0', '10', '2', '007'];
const numbers = ['0', '-0', '1', '42', '-7', '1.0', '-2.50', '0.93', '1e3', '1E+2', '12e-1', '1e21', '1e22', '-1e21',
  '123456789012345678', '9007199254740993', '12345678901234567890', '-9223372036854775809', '0.1', '0.30000000000000004',
  '3.141592653589793238', '5e-324', '1e-7', '0.000001', '1e400', '-1e400', '1e-400', '1.7976931348623157e308',
  '123456.789e3', '100000000000000000000', '1000000000000000000000', '4.35', '0.1e1', '1.5e300', '9999999999999999'];
const times = ['2026-02-03', '2026-02-03T04:05:06Z', '2026-02-03T04:05:06.123456Z', '2026-02-03 04:05:06',
  '2026-02-03T04:05', '2026-02-03T04:05+05:30', '2026-02-03T04:05:06-0800', '2026-02-31', '2023-02-29',
  '2026-02-31T10:00Z', '2026-02-03 ', '2026-02', '2026', '20260203', '2026/02/03', '2026-02-03T04', '2026-02-03T04:05-08',
  '1770091506', '2026-02-03t04:05:06Z', ' 2026-02-03', 'Tue, 03 Feb 2026 04:05:06 GMT', '2026-02-03T23:59:60Z',
  '0000-01-01', '0001-01-01T00:00:00+01:00', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59-01:00', '+2026-02-03',
  '-2026-02-03', '2026-02-03T04:05:06.1234567890123456789012Z', '2026-02-03T04:05:06z', '2026-13-01', '2026-02-03 04:05:5',
  '2026-02-03T04:05:06.12', '0012-05-06 07:08', '2026-02-03\u00a004:05'];
const texts = ['', ' ', 'hello', 'ok', 'true', '12', 'null', 'Zürich', '日本語テキスト', '👩‍👩‍👧 family', 'line\nbreak\ttab', 'quote " back \\ slash',
  '\u0001\u001f control', '\u2028 separator', 'x'.repeat(600), '<script>&amp;</script>', "it's", '{"a":1}'];

export class Generator {
  constructor(seed) {
    this.next = random(seed);
  }
  chance(p) { return this.next() < p; }
  below(n) { return Math.floor(this.next() * n); }
  pick(list) { return list[this.below(list.length)]; }

  word() {
    const letters = 'abcxyzABCXYZ019_-. $éß日';
    let text = '';
    for (let i = 1 + this.below(12); i > 0; --i)
      text += this.pick([...letters]);
    return text;
  }
  key() {
    const roll = this.next();
    if (roll < 0.45) return this.pick(plainKeys);
    if (roll < 0.6) return this.pick(reserved);
    if (roll < 0.72) return this.pick(ownColumns);
    if (roll < 0.82) return this.pick(oddNames);
    if (roll < 0.84) return 'long_' + 'name_'.repeat(20 + this.below(12)) + this.pick(['a', 'b', 'order']);
    return this.word();
  }
  string() {
    const roll = this.next();
    if (roll < 0.35) return this.pick(times);
    if (roll < 0.75) return this.pick(texts);
    return this.word();
  }
  scalar() {
    const roll = this.next();
    if (roll < 0.4) return JSON.stringify(this.string());
    if (roll < 0.75) return this.pick(numbers);
    if (roll < 0.88) return this.pick(['true', 'false']);
    return 'null';
  }
  array(depth) {
    if (this.chance(0.3)) return this.pick(['[]', '[[]]', '[""]', '[null]', '["",""]', '[0]', '[{}]', '[[[]]]', '[[null]]']);
    return `[${Array.from({ length: 1 + this.below(4) }, () => this.value(depth + 1)).join(', ')}]`;
  }
  letters() {
    const from = this.below(3);
    const odd = this.chance(0.3);
    const letters = Array.from({ length: 1 + this.below(12) }, (_, i) =>
      `"${from + i}":${JSON.stringify(odd && i === 2 ? this.pick(['ab', '', '👍', 'é']) : this.pick(['a', 'é', '日', '0']))}`);
    if (this.chance(0.2)) letters.reverse();
    return `{${letters.join(',')}}`;
  }
  value(depth = 0) {
    const roll = this.next();
    if (depth > 6 || roll < 0.66) return this.scalar();
    if (roll < 0.78) return this.array(depth);
    if (roll < 0.8) return this.letters();
    return this.object(depth + 1);
  }
  object(depth = 0, most = 7) {
    const members = Array.from({ length: this.below(most) }, () => `${JSON.stringify(this.key())}: ${this.value(depth)}`);
    return `{${members.join(',')}}`;
  }
  wideObject() {
    const length = this.pick([170, 185, 190, 195, 240, 300]);
    return `{${Array.from({ length }, (_, i) => `"column ${i}":${i}`).join(',')}}`;
  }
  body() {
    const roll = this.next();
    if (roll < 0.03) return this.wideObject();
    if (roll < 0.06) return this.pick(['null', '[]', '"text"', '5', '[1,{"a":1}]']);
    return this.object(0, 12);
  }

  context(members) {
    if (this.chance(0.07)) return this.pick(['null', '"text"', '[]', '{}', '0', '""', 'true', '[{"ip":"1.2.3.4"}]']);
    const parts = ['"library":{"name":"analytics.js","version":"3.0.1"}', '"page":{"path":"/","url":"https://example.org/?q=1"}',
      '"app":{"build":"1.0.0"}', '"locale":"de-DE"', '"screen":{"density":2,"innerWidth":1280}'].filter(() => this.chance(0.5));
    if (this.chance(0.4)) parts.push(`"ip":${this.chance(0.8) ? '"203.0.113.7"' : this.value()}`);
    if (this.chance(0.5)) parts.push(`"traits":${this.chance(0.2) ? this.letters() : this.object()}`);
    if (this.chance(0.15)) parts.push(`"sources":{"version":${this.pick(['"1"', '2', '""', 'null'])},"job_id":"j"}`);
    if (this.chance(0.1)) parts.push(`"violationErrors":[{"type":"Datatype-Mismatch","message":"must be string"}]`);
    if (this.chance(0.1)) parts.push('"trackingPlanId":"tp_1","trackingPlanVersion":3');
    if (this.chance(0.1)) parts.push('"sourceId":"own source"');
    if (this.chance(0.5)) parts.push(this.object(0, 5).slice(1, -1));
    if (members) parts.push(members);
    return `{${parts.filter((part) => part !== '').join(',')}}`;
  }
  integrations(warehouse) {
    const name = warehouse === 'snowflake' ? 'SNOWFLAKE' : 'BQ';
    if (this.chance(0.1)) return this.pick(['{"All":true}', `{"${name}":true}`, `{"${name}":{}}`, `{"${name}":false}`, 'true',
      `{"${name}":{"options":null}}`, '[]', `{"POSTGRES":{"options":{"skipTracksTable":true}}}`]);
    const flags = ['skipReservedKeywordsEscaping', 'skipTracksTable', 'skipUsersTable', 'useBlendoCasing']
      .filter(() => this.chance(0.35)).map((key) => `"${key}":${this.pick(['true', 'true', 'true', '"yes"', 'false', '0', '""'])}`);
    if (this.chance(0.4)) flags.push(`"jsonPaths":[${this.jsonPaths().map((path) => JSON.stringify(path)).join(',')}]`);
    const all = this.chance(0.3)
      ? `,"DATA_WAREHOUSE":{"options":{"jsonPaths":[${this.jsonPaths().map((path) => JSON.stringify(path)).join(',')}]}}` : '';
    return `{"All":true,"${name}":{"options":{${flags.join(',')}}}${all}}`;
  }
  jsonPaths() {
    return Array.from({ length: 1 + this.below(4) }, () => {
      const tail = Array.from({ length: 1 + this.below(2) }, () => this.pick(plainKeys)).join('.');
      const head = this.pick(['', '', 'track.properties.', 'track.context.', 'identify.traits.', 'identify.context.traits.',
        'page.properties.', 'group.traits.', 'screen.context.', 'extract.properties.', ' track.userProperties.']);
      return head + tail;
    });
  }
  config() {
    const config = {};
    if (this.chance(0.12)) config.skipTracksTable = true;
    if (this.chance(0.12)) config.skipUsersTable = true;
    if (this.chance(0.2)) config.underscoreDivideNumbers = true;
    if (this.chance(0.25)) config.allowUsersContextTraits = true;
    if (this.chance(0.1)) config.storeFullEvent = true;
    if (this.chance(0.2)) config.jsonPaths = this.jsonPaths().join(', ');
    return config;
  }
  metadata() {
    if (this.chance(0.1)) return null;
    const metadata = { receivedAt: '2026-02-03T04:05:06.789Z' };
    for (const key of ['sourceId', 'sourceType', 'destinationId', 'destinationType']) {
      if (this.chance(0.9)) metadata[key] = `${key} value`;
    }
    if (this.chance(0.3)) metadata.sourceCategory = this.pick(['cloud', 'singer-protocol', 'webhook', 'cloud']);
    return metadata;
  }

  eventName() {
    const roll = this.next();
    if (roll < 0.4) return JSON.stringify(this.pick(domainEvents));
    if (roll < 0.6) return JSON.stringify(this.pick(oddNames));
    if (roll < 0.7) return JSON.stringify(this.pick(tableNames));
    if (roll < 0.78) return JSON.stringify(this.pick(reserved));
    if (roll < 0.82) return JSON.stringify('event '.repeat(20 + this.below(10)));
    if (roll < 0.86) return JSON.stringify(this.pick(times));
    if (roll < 0.9) return this.pick(['""', 'null', '42', 'true', '{}', '["a"]', '"   "']);
    return JSON.stringify(this.word());
  }
  id() {
    return this.chance(0.85) ? JSON.stringify(this.pick(['user-1', 'user-2', 'a@example.org']))
      : this.pick(['42', 'null', '""', '" "', 'true', '"2026-02-03"', '[]', '["a",null]', '{"a":1}', '1.5', '1e21']);
  }
  type() {
    const roll = this.next();
    const types = [[0.38, 'track'], [0.56, 'identify'], [0.64, 'page'], [0.7, 'screen'], [0.79, 'group'], [0.85, 'alias'],
      [0.89, 'merge'], [0.95, 'extract']];
    const type = types.find(([most]) => roll < most)?.[1];
    if (!type) return this.pick(['"Track"', '"IDENTIFY"', '"reset"', '""', 'null', undefined]);
    return JSON.stringify(type);
  }

  message(warehouse, isConnected) {
    const members = [];
    const add = (key, text) => text !== undefined && members.push(`${JSON.stringify(key)}:${text}`);
    const type = this.type();
    add('type', type);
    if (this.chance(0.95)) add('messageId', this.chance(0.95) ? `"m-${this.below(1e6)}"` : this.value());
    if (this.chance(0.9)) add('anonymousId', this.id());
    if (this.chance(0.85)) add('userId', this.id());
    if (this.chance(0.3)) add('previousId', this.id());
    if (this.chance(0.4)) add('groupId', this.id());
    if (this.chance(0.9)) add('event', this.eventName());
    if (this.chance(0.3)) add('name', this.chance(0.7) ? '"Home"' : this.value());
    if (this.chance(0.9)) add('properties', this.body());
    if (this.chance(0.6)) add('traits', this.chance(0.1) ? this.letters() : this.body());
    if (this.chance(0.1)) add('userProperties', this.body());
    if (this.chance(0.9)) add('context', this.context());
    if (this.chance(0.05)) add('context.ip', '"203.0.113.9"');
    if (this.chance(0.5)) add('integrations', this.integrations(warehouse));
    if (this.chance(0.3)) add('recordId', this.chance(0.6) ? '"17"' : this.pick(['17', 'null', '""', '{}', '"2026-02-03"', 'false']));
    for (const key of ['sentAt', 'timestamp', 'originalTimestamp']) {
      if (this.chance(0.8)) add(key, this.chance(0.85) ? '"2026-02-03T04:05:06.789Z"' : this.value());
    }
    if (!isConnected || this.chance(0.9))
      add('receivedAt', !isConnected || this.chance(0.9) ? '"2026-02-03T04:05:07.001Z"' : this.value());
    if (this.chance(0.7)) add('channel', this.chance(0.9) ? this.pick(['"web"', '"server"', '"sources"']) : this.value());
    if (this.chance(0.3)) add('request_ip', this.chance(0.8) ? '"198.51.100.3"' : this.value());
    if (type === '"merge"' && this.chance(0.9)) {
      const property = () => `{"type":${this.pick(['"email"', '"phone"', '5', '""'])},"value":${this.chance(0.8) ? '"x@example.org"' : this.value()}}`;
      add('mergeProperties', this.pick([`[${property()},${property()}]`, `[${property()},${property()}]`, `[${property()}]`, '[]', '{}']));
    }
    if (this.chance(0.03)) add('type', type);
    return `{${members.join(', ')}}`;
  }

  case(id, warehouse) {
    const metadata = this.metadata();
    return { id, warehouse, config: this.config(), metadata, idResolve: this.chance(0.4),
      message: this.message(warehouse, metadata !== null) };
  }

  name() {
    const roll = this.next();
    if (roll < 0.1) return this.pick([...oddNames, ...reserved, ...tableNames]);
    let text = '';
    const letters = this.pick(['abAB12_', 'aAbB1230', 'stndrdthSTNDTH123 ', 'aZ9-é']);
    for (let i = 1 + this.below(16); i > 0; --i)
      text += this.pick([...letters]);
    return text;
  }
  time() {
    if (this.chance(0.15)) return this.pick(times);
    const two = (most) => String(this.below(most + 1)).padStart(2, '0');
    let text = this.pick(['', '', '', '', '', '+', '-']) + this.pick(['2026', '1970', '0001', '0000', '0012', '0031', '0032', '0075', '9999']);
    text += `-${two(13)}-${two(32)}`;
    if (this.chance(0.15)) return text;
    text += this.pick(['T', 'T', ' ', ' ', '\t', '\u00a0', '\u3000', '_']);
    if (this.chance(0.9)) text += `${two(24)}:${two(60)}`;
    if (this.chance(0.6)) text += `:${this.pick([two(60), two(60), two(60), '5', '123', '007'])}`;
    if (this.chance(0.15)) text += `:${two(60)}`;
    if (this.chance(0.35)) text += `.${this.pick(['1', '12', '123', '1234', '123456789', '000123', '0001234567', '999999999999', ''])}`;
    return text + this.pick(['', '', 'Z', 'Z', 'z', '+05:30', '-0800', '+05', '+05:', '+23:59', '-24:00', '+5', ' Z']);
  }
  number() {
    if (this.chance(0.2)) return this.pick(numbers);
    const digits = (most) => Array.from({ length: 1 + this.below(most) }, () => this.below(10)).join('');
    let text = (this.chance(0.3) ? '-' : '') + digits(22).replace(/^0+(?=\d)/, '');
    if (this.chance(0.5)) text += `.${digits(20)}`;
    if (this.chance(0.4)) text += `${this.pick(['e', 'E'])}${this.pick(['', '+', '-'])}${digits(this.chance(0.1) ? 4 : 2)}`;
    return text;
  }
}

export function* cases(seed, count) {
  const generator = new Generator(seed);
  for (const warehouse of ['snowflake', 'bq']) {
    for (let i = 0; i < count; ++i)
      yield generator.case(`${warehouse} ${i}`, warehouse);
  }
}

export function* parts(seed, count) {
  const generator = new Generator(seed + 1);
  for (let i = 0; i < count; ++i) {
    yield { name: generator.name() };
    yield { time: generator.time() };
    yield { number: generator.number() };
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [seed, count] = process.argv.slice(2).map(Number);
  for (const item of cases(seed, count))
    console.log(JSON.stringify(item));
  for (const item of parts(seed, count))
    console.log(JSON.stringify(item));
}
