namespace OrleansCompute.Edge.Agent.Telemetry;

/// <summary>One recorded measurement: degrees Celsius, percent relative humidity.</summary>
internal readonly record struct MoteReading(double Temperature, double Humidity);
