CREATE TABLE links (
	target VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	live_id VARCHAR NOT NULL, 
	external_id VARCHAR, 
	match_value VARCHAR, 
	settled BOOLEAN NOT NULL, 
	PRIMARY KEY (target, url, kind, "key"), 
	UNIQUE (target, url, kind, live_id)
);
INSERT INTO "links" VALUES('app','https://app.example/scim/v2','user','ada','id-1','ada','ada@contoso.example',1);
INSERT INTO "links" VALUES('app','https://app.example/scim/v2','group','crew','id-2',NULL,'Crew',0);
CREATE TABLE operations (
	id INTEGER NOT NULL, 
	run INTEGER NOT NULL, 
	target VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	change VARCHAR NOT NULL, 
	sent VARCHAR NOT NULL, 
	answered VARCHAR, 
	status VARCHAR, 
	detail VARCHAR, 
	requests INTEGER, 
	PRIMARY KEY (id)
);
INSERT INTO "operations" VALUES(1,1,'app','https://app.example/scim/v2','app/user/ada','2026-07-01T12:00:00+00:00','2026-07-01T12:00:00.250000+00:00','done','',1);
INSERT INTO "operations" VALUES(2,1,'app','https://app.example/scim/v2','app/user/grace','2026-07-01T12:00:01+00:00','2026-07-01T12:00:01.250000+00:00','failed','409 uniqueness: taken',1);
INSERT INTO "operations" VALUES(3,1,'app','https://app.example/scim/v2','app/group/crew/add-members','2026-07-01T12:00:02+00:00','2026-07-01T12:00:02.250000+00:00','done','',1);
INSERT INTO "operations" VALUES(4,2,'app','https://app.example/scim/v2','app/user/linus/references','2026-07-02T12:00:00+00:00',NULL,NULL,NULL,NULL);
CREATE TABLE rewrites (
	target VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	live_id VARCHAR NOT NULL, 
	path VARCHAR NOT NULL, 
	sent VARCHAR NOT NULL, 
	kept VARCHAR NOT NULL, 
	PRIMARY KEY (target, url, kind, live_id, path)
);
INSERT INTO "rewrites" VALUES('app','https://app.example/scim/v2','user','id-1','title','"A"','"a"');
CREATE TABLE runs (
	id INTEGER NOT NULL, 
	"plan" VARCHAR NOT NULL, 
	started VARCHAR NOT NULL, 
	finished VARCHAR, 
	PRIMARY KEY (id)
);
INSERT INTO "runs" VALUES(1,'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff','2026-07-01T12:00:00+00:00','2026-07-01T12:00:09+00:00');
INSERT INTO "runs" VALUES(2,'eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee','2026-07-02T12:00:00+00:00',NULL);
CREATE TABLE schema (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema" VALUES(1);
CREATE INDEX ix_operations_run ON operations (run);
