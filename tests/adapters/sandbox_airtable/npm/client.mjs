// Everything that airtable.js offers on records, against the sandbox: node client.mjs <url> <token> <base>.
// Prints what it found as JSON; the test holds it against what should be there.
import Airtable from "airtable";

const [endpointUrl, apiKey, baseId] = process.argv.slice(2);
const base = new Airtable({ endpointUrl, apiKey, noRetryIfRateLimited: true }).base(baseId);
const clients = base("Clients");
const told = {};
const names = (records) => records.map((record) => record.get("Name"));

const refusal = async (promise) => {
  try {
    await promise;
    return null;
  } catch (error) {
    return { error: error.error, statusCode: error.statusCode };
  }
};

const one = await clients.create({ Name: "Ada", Budget: 5 });
told.created = { id: one.id, name: one.get("Name"), number: one.get("Number") };
const many = await clients.create([{ fields: { Name: "Ben", Status: "New" } }, { fields: { Name: "Cy" } }], {
  typecast: true,
});
told.createdMany = names(many);
told.found = (await clients.find(one.id)).fields;

told.updated = (await clients.update(one.id, { Budget: 6 })).fields;
told.updatedMany = names(await clients.update([{ id: many[0].id, fields: { Name: "Benjamin" } }]));
told.replaced = (await clients.replace(one.id, { Name: "Eve" })).fields;
told.replacedMany = names(await clients.replace([{ id: many[1].id, fields: { Name: "Cyrus" } }]));

const record = await clients.find(one.id);
await record.patchUpdate({ Budget: 7 });
await record.putUpdate({ Name: "Eva", Budget: 8 });
record.set("Name", "Evelyn");
await base("Clients").update(record.id, { Name: record.get("Name") });
await record.fetch();
told.recordMethods = { name: record.get("Name"), budget: record.get("Budget"), id: record.getId() };

await clients.create(Array.from({ length: 7 }, (_, number) => ({ fields: { Name: `N${number}`, Budget: number } })));
told.all = names(await clients.select({ sort: [{ field: "Name" }] }).all());
told.firstPage = names(await clients.select({ maxRecords: 2, sort: [{ field: "Name", direction: "desc" }] }).firstPage());
told.pages = [];
await clients
  .select({ pageSize: 4, fields: ["Name"], filterByFormula: "LEN({Name})=2" })
  .eachPage((records, next) => {
    told.pages.push(records.length);
    next();
  });
told.view = (await clients.select({ view: "Grid view", returnFieldsByFieldId: true }).firstPage())[0].fields;
told.text = (await clients
  .select({ cellFormat: "string", timeZone: "UTC", userLocale: "en-au", filterByFormula: "{Budget}=8" })
  .firstPage())[0].fields;
told.comments = (await clients.select({ recordMetadata: ["commentCount"], maxRecords: 1 }).firstPage())[0].commentCount;
told.byBody = names(await clients.select({ method: "post", pageSize: 2, sort: [{ field: "Name" }] }).all());
const long = `OR(${Array.from({ length: 600 }, (_, number) => `{Name}='N${number}'`).join(",")})`;
told.longFormula = (await clients.select({ filterByFormula: long }).all()).length;

told.destroyed = (await clients.destroy(one.id)).id;
told.destroyedMany = (await clients.destroy(many.map(({ id }) => id))).length;
told.gone = await refusal(clients.find(one.id));
told.refused = await refusal(clients.create({ Nope: 1 }));
told.nowhere = await refusal(base("Nowhere").select().all());
told.elevenAtOnce = await refusal(clients.create(Array.from({ length: 11 }, () => ({ fields: {} }))));
told.stranger = await refusal(
  new Airtable({ endpointUrl, apiKey: "stranger", noRetryIfRateLimited: true }).base(baseId)("Clients").find(one.id),
);
console.log(JSON.stringify(told));
