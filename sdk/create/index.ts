/** Creates the project of a plugin from a template. */
export { CreateError } from "./create-error.js";
export { createProject, projectAt, type ProjectOptions } from "./create-project.js";
export { givenSpec, sdkSpec } from "./sdk-spec.js";
export { checkTemplate, TEMPLATES } from "./templates.js";
