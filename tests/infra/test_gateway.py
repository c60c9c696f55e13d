"""The gateway in the packaged template: throttling, errors and authorization."""

import json
import re
from http import HTTPStatus

from chalicelib.http.callers import REALM
from chalicelib.http.scopes import is_public_path
from chalicelib.keys.authentication import read_bearer
from chalicelib.keys.authorizer import KEPT_SECONDS
from infra.packaging.template import Template, of_type, open_routes
from tests.fakes.keys import KEY

# All gateway responses, with the status that a client gets.
_GATEWAY_RESPONSES = {
    "ACCESS_DENIED": 403,
    "API_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_FAILURE": 503,
    "BAD_REQUEST_BODY": 400,
    "BAD_REQUEST_PARAMETERS": 400,
    "DEFAULT_4XX": 404,
    "DEFAULT_5XX": 500,
    "EXPIRED_TOKEN": 403,
    "INTEGRATION_FAILURE": 503,
    "INTEGRATION_TIMEOUT": 504,
    "INVALID_API_KEY": 403,
    "INVALID_SIGNATURE": 403,
    "MISSING_AUTHENTICATION_TOKEN": 404,
    "QUOTA_EXCEEDED": 429,
    "REQUEST_TOO_LARGE": 413,
    "RESOURCE_NOT_FOUND": 404,
    "THROTTLED": 429,
    "UNAUTHORIZED": 401,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "WAF_FILTERED": 403,
}


def test_api_is_regional_and_throttled(template: Template) -> None:
    (api,) = of_type(template, "AWS::Serverless::Api").values()
    assert (api["EndpointConfiguration"], api["StageName"]) == ("REGIONAL", "api")
    (settings,) = api["MethodSettings"]
    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
    assert settings["ThrottlingRateLimit"] == {"Ref": "ThrottleRate"}
    assert settings["ThrottlingBurstLimit"] == {"Ref": "ThrottleBurst"}
    assert settings["DataTraceEnabled"] is False  # it would log headers with keys


def test_every_gateway_error_is_a_problem_with_its_status(template: Template) -> None:
    (api,) = of_type(template, "AWS::Serverless::Api").values()
    assert api["GatewayResponses"].keys() == _GATEWAY_RESPONSES.keys()
    for name, response in api["GatewayResponses"].items():
        headers = response["ResponseParameters"]["Headers"]
        assert headers["Content-Type"] == "'application/problem+json'"
        assert headers["Cache-Control"] == "'no-store'"
        assert set(response["ResponseTemplates"]) == {"application/json"}
        text = response["ResponseTemplates"]["application/json"]
        problem = json.loads(text)
        assert problem.keys() == {"type", "title", "status", "detail", "code", "request_id"}, name
        status = _GATEWAY_RESPONSES[name]
        assert (problem["status"], response["StatusCode"]) == (status, str(status)), name
        assert problem["title"] in {HTTPStatus(status).phrase, "Content Too Large"}, name
        assert (
            text.count("$") == text.count("$context.requestId") == 1
        )  # nothing else from the request
        assert ("Retry-After" in headers) == (status in (429, 503)), name
        assert ("WWW-Authenticate" in headers) == (status == 401), name


def test_gateway_names_the_authentication_scheme(template: Template) -> None:
    (api,) = of_type(template, "AWS::Serverless::Api").values()
    headers = api["GatewayResponses"]["UNAUTHORIZED"]["ResponseParameters"]["Headers"]
    assert headers["WWW-Authenticate"] == f"'{REALM}'"


def test_every_route_except_public_ones_has_the_authorizer(template: Template) -> None:
    (api,) = of_type(template, "AWS::Serverless::Api").values()
    assert all(is_public_path(route.split()[1]) for route in open_routes(template))
    (scheme,) = api["DefinitionBody"]["securityDefinitions"].values()
    assert (scheme["in"], scheme["name"]) == ("header", "Authorization")
    authorizer = scheme["x-amazon-apigateway-authorizer"]
    assert authorizer["type"] == "token"
    assert authorizer["authorizerResultTtlInSeconds"] == KEPT_SECONDS
    assert "AuthorizeRequest" in json.dumps(authorizer["authorizerUri"])


def test_routes_without_an_authorizer_are_found(template: Template) -> None:
    paths = {"/health": {"get": {}, "options": {}}, "/jobs": {"get": {"security": [{"keys": []}]}}}
    api = {"Type": "AWS::Serverless::Api", "Properties": {"DefinitionBody": {"paths": paths}}}
    assert open_routes({"Resources": {"RestAPI": api}}) == ["GET /health"]
    assert "GET /health" in open_routes(template)


def test_gateway_rejects_headers_that_no_caller_could_have(template: Template) -> None:
    (api,) = of_type(template, "AWS::Serverless::Api").values()
    (scheme,) = api["DefinitionBody"]["securityDefinitions"].values()
    pattern = scheme["x-amazon-apigateway-authorizer"]["identityValidationExpression"]
    for header in (f"Bearer {KEY}", f"bearer {KEY}", "Bearer eyJh.eyJp.c2ln-_", " BEARER  x "):
        assert re.fullmatch(pattern, header), header
        assert read_bearer(header)
    for header in ("", "Bearer", "Bearer ", "Basic dTpw", "Bearer a b", "Bearer ä"):
        assert not re.fullmatch(pattern, header), header
