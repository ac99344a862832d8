namespace OrleansCompute.Scheduling.Tests.Deadlines;

/// <summary>A test on a published trace, which is not kept here: it runs where OC_ELASTICFLOW names the folder of ElasticFlow's traces.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TraceFactAttribute : FactAttribute
{
    public TraceFactAttribute() => Skip = Folder is null ? "set OC_ELASTICFLOW to the folder with throughputs_T4 and traces" : null;

    public static string? Folder => Environment.GetEnvironmentVariable("OC_ELASTICFLOW");
}
