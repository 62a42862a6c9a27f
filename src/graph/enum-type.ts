import { registerEnumType } from 'type-graphql';

/** An enum of the graph from the words of the domain, each with its description. Give the result to type-graphql as the type. */
export function enumType<Value extends string>(
  name: string,
  description: string,
  descriptions: Readonly<Record<Value, string>>,
): Readonly<Record<string, string>> {
  const words = Object.keys(descriptions);
  const enumObject = Object.fromEntries(words.map((word) => [word, word]));
  const values: Readonly<Record<string, string>> = descriptions;
  const valuesConfig = Object.fromEntries(words.map((word) => [word, { description: values[word] ?? '' }]));
  registerEnumType(enumObject, { name, description, valuesConfig });
  return enumObject;
}
