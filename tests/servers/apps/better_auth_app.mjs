// better-auth with its SCIM plugin on node:http and SQLite. Nothing of the SCIM behaviour is ours;
// LIMITED=1 turns its own rate limiter on, which is what it does in production by default.
import {createServer} from "node:http";
import Database from "better-sqlite3";
import {betterAuth} from "better-auth";
import {toNodeHandler} from "better-auth/node";
import {getMigrations} from "better-auth/db/migration";
import {kyselyAdapter} from "@better-auth/kysely-adapter";
import {scim} from "@better-auth/scim";
import {Kysely, SqliteDialect} from "kysely";

const {PORT, TOKEN, DATA, LIMITED} = process.env;
const sqlite = new Database(`${DATA}/better-auth.db`);
sqlite.pragma("journal_mode = WAL");
sqlite.pragma("synchronous = OFF");
const db = new Kysely({dialect: new SqliteDialect({database: sqlite})});

const options = {
    baseURL: `http://127.0.0.1:${PORT}`,
    secret: "for tests on loopback only, and long enough",
    telemetry: {enabled: false},
    rateLimit: {enabled: LIMITED === "1"},
    plugins: [
        scim({connections: [{id: "tests", credentials: [{type: "bearer", id: "token", token: TOKEN}]}]}),
    ],
};
const migrations = await getMigrations({...options, database: {db, type: "sqlite"}});
await migrations.runMigrations();
const auth = betterAuth({...options, database: {db, type: "sqlite", transaction: true}});
createServer(toNodeHandler(auth)).listen(Number(PORT), "127.0.0.1");
