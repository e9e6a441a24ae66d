-- For wrk: one typical event, 1.2 KB of JSON.
wrk.method = "POST"
wrk.path = "/capture/"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"event":"flow_executed","properties":{"note":"' .. string.rep("x", 1150) .. '"}}'
