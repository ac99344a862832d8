using ILGPU;

namespace OrleansCompute.Embedded.Ilgpu.Conformance;

/// <summary>A test of what the embedded ILGPU alone does; skipped with the official package.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EmbeddedFactAttribute : FactAttribute
{
    public EmbeddedFactAttribute()
    {
        if (typeof(Context).Assembly.GetName().Name != "OrleansCompute.Embedded.Ilgpu")
        {
            Skip = "Says what the embedded ILGPU does where it differs from the official one.";
        }
    }
}
