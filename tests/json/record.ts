// Records the results of gjson, sjson and pretty for the unit tests: tsx tests/json/record.ts
import { writeFileSync } from "node:fs";
import { Random } from "../support/random.js";
import { randomCase, type Case } from "./cases.js";
import { runOracle } from "./oracle.js";

/** The paths of gjson's documentation, and what it says less clearly. */
const DOCUMENT =
  '{"name":{"first":"Tom","last":"Anderson"},"age":37,"children":["Sara","Alex","Jack"],"fav.movie":"Deer Hunter",' +
  '"friends":[{"first":"Dale","last":"Murphy","age":44,"nets":["ig","fb","tw"]},' +
  '{"first":"Roger","last":"Craig","age":68,"nets":["fb","tw"]},{"first":"Jane","last":"Murphy","age":47,"nets":["ig","tw"]}],' +
  '"vals":[{"b":true},{"b":false},{"b":"0"},{"b":0},{"b":null},{}],"text":"{\\"a\\":[1,2]}","lists":{"id":[1,2,3],"val":["a","b"]}}';

const PATHS = [
  ...['friends.#(last=="Murphy").first', 'friends.#(last=="Murphy")#.first', "friends.#(age>45)#.last"],
  ...['friends.#(first%"D*").last', 'friends.#(first!%"D*").last', 'friends.#(nets.#(=="fb"))#.first', "friends.#"],
  ...["friends.#.first", "friends.#.nets.#", "friends.#(age>45)#|0", "friends.#(age>45)#.0", "children|@reverse"],
  ...[
    "children|@reverse|0",
    "children.@reverse.0",
    "{name.first,age}",
    '{name.first,age,"murphys":friends.#(last=="Murphy")#.first}',
  ],
  ...[
    "[name.first,age]",
    'friends.#.{first,"n":nets.#}',
    '{name.first,"c":!"lit"}',
    "vals.#(b==~true)#",
    "vals.#(b==~false)#",
  ],
  ...[
    "vals.#(b==~null)#",
    "vals.#(b==~*)#",
    "vals.#(b!=~*)#",
    "text|@fromstr|a",
    "name|@tostr",
    "lists.@group",
    "name.@keys",
  ],
  ...[
    "name.@values",
    "friends.#.nets|@flatten",
    "friends.@join",
    '@pretty:{"width":20}',
    "@ugly",
    "@valid.age",
    "@dig:first",
  ],
  ...[
    "..0.age",
    "..#",
    "fav\\.movie",
    "fav.movie",
    "*.first",
    "child*.2",
    "c?ildren.0",
    "friends.#(age>=44)#.age",
    "friends.#(age<=47)#.age",
  ],
  ...[
    "friends.#(age!=47)#.age",
    'friends.#(first<"K")#.first',
    'friends.#(first>="Jane")#.first',
    "friends.1.@this.age",
    "age.@values",
    "missing|@keys",
  ],
];

const random = new Random(1);
const cases: Case[] = PATHS.map((path) => ({ op: "query", json: DOCUMENT, path, value: "" }));
for (let i = 0; i < 1_500; i++) cases.push(randomCase(random));
const results = runOracle(cases);
const rows = cases.map(({ op, json, path, value }, i) => JSON.stringify([op, json, path, value, results[i]]));
writeFileSync(new URL("cases.json", import.meta.url), `[\n${rows.join(",\n")}\n]\n`);
