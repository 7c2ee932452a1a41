// Shows the description of the service. Everything comes from this machine: no validator badge, no
// fonts, no outside host.

/** @type {any} */ (window).SwaggerUIBundle({
  url: "/api/v1/openapi.json",
  dom_id: "#viewer",
  deepLinking: true,
  validatorUrl: null,
  tryItOutEnabled: true,
});
