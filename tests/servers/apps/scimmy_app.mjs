// SCIMMY on express with storage in memory. Validation, filters, PATCH, paging and errors are all
// SCIMMY's; these handlers only keep objects in two Maps and names unique.
import {randomUUID} from "node:crypto";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const {PORT, TOKEN} = process.env;
const users = new Map();
const groups = new Map();

function find(store, id) {
    const found = store.get(id);
    if (!found) throw new SCIMMY.Types.Error(404, null, `Resource ${id} not found`);
    return found;
}

function handlers(store, unique, type, afterDelete) {
    const name = (object) => String(object[unique] ?? "").toLowerCase();
    return {
        ingress(resource, data) {
            const before = resource.id ? find(store, resource.id) : undefined;
            const body = JSON.parse(JSON.stringify(data));
            for (const other of store.values()) {
                if (other.id !== resource.id && name(other) === name(body)) {
                    throw new SCIMMY.Types.Error(409, "uniqueness", `${unique} is taken`);
                }
            }
            const now = new Date().toISOString();
            const id = resource.id ?? randomUUID();
            const meta = {resourceType: type, created: before?.meta.created ?? now, lastModified: now};
            store.set(id, {...body, id, meta});
            return store.get(id);
        },
        egress(resource) {
            if (resource.id) return find(store, resource.id);
            const all = [...store.values()];
            return resource.filter ? resource.filter.match(all) : all;
        },
        degress(resource) {
            find(store, resource.id);
            store.delete(resource.id);
            afterDelete(resource.id);
        },
    };
}

function leaveGroups(id) {
    for (const group of groups.values()) {
        group.members = group.members?.filter((member) => member.value !== id);
    }
}

const ofUsers = handlers(users, "userName", "User", leaveGroups);
const ofGroups = handlers(groups, "displayName", "Group", () => {});
SCIMMY.Resources.declare(SCIMMY.Resources.User)
    .ingress(ofUsers.ingress).egress(ofUsers.egress).degress(ofUsers.degress);
SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);
SCIMMY.Resources.declare(SCIMMY.Resources.Group)
    .ingress(ofGroups.ingress).egress(ofGroups.egress).degress(ofGroups.degress);

const app = express();
app.use("/scim", new SCIMMYRouters({
    type: "bearer",
    docUri: "http://127.0.0.1/doc",
    baseUri: () => `http://127.0.0.1:${PORT}`,
    handler: (request) => {
        if (request.header("Authorization") !== `Bearer ${TOKEN}`) throw new Error("bad token");
        return "tests";
    },
}));
app.listen(Number(PORT), "127.0.0.1");
