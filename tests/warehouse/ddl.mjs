// Reads statements with node-sql-parser. ddl.mjs: JSON {"dialect": "snowflake"|"bigquery", "statements": [...]} on
// stdin; for each statement what it is, its table and its columns, or the parser's complaint, on stdout.
import parserModule from 'node-sql-parser';

const parser = new parserModule.Parser();
let text = '';
for await (const chunk of process.stdin) text += chunk;
const { dialect, statements } = JSON.parse(text);

function read(sql) {
  try {
    // This parser knows all of Snowflake's types but VARIANT.
    const known = dialect === 'snowflake' ? sql.replaceAll(/ VARIANT(?=[,;\n])/g, ' VARCHAR') : sql;
    const parsed = parser.astify(known, { database: dialect });
    const list = Array.isArray(parsed) ? parsed : [parsed];
    if (list.length !== 1) return { error: `${list.length} statements instead of one` };
    const [tree] = list;
    const table = tree.table[0];
    const parts = tree.type === 'create' ? tree.create_definitions : tree.expr;
    return { type: tree.type, schema: table.db ?? table.schema ?? '', table: table.table, columns: parts.length };
  } catch (error) {
    return { error: `${error.message}\n${sql}` };
  }
}

process.stdout.write(JSON.stringify(statements.map(read)));
