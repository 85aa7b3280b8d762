"use strict";

const place = document.getElementById("documentation");

SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  deepLinking: true,
  // Its validator would send the document's address to another host.
  validatorUrl: null,
});
