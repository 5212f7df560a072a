/** The one place that names the version; a unit test holds it equal to package.json. */
export const version = '0.1.0';
