using Microsoft.Extensions.Options;

namespace OrleansCompute.Dashboard;

internal sealed class DashboardOptionsValidator : IValidateOptions<DashboardOptions>
{
    private static readonly TimeSpan _minSession = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _maxSession = TimeSpan.FromDays(30);

    public ValidateOptionsResult Validate(string? name, DashboardOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new List<string>();
        if (options.RequireKey && options.OperatorKey is null)
        {
            errors.Add("Dashboard:OperatorKey is not set; set a key, or set Dashboard:RequireKey to false where every visitor may see everything.");
        }

        if (options.OperatorKey is { } key && key.Length is < DashboardOptions.MinKeyLength or > DashboardOptions.MaxKeyLength)
        {
            // The key itself is a secret and stays out of the message.
            errors.Add($"Dashboard:OperatorKey has {options.OperatorKey?.Length} characters; allowed {DashboardOptions.MinKeyLength} to {DashboardOptions.MaxKeyLength}.");
        }

        Check(errors, "RefreshInterval", options.RefreshInterval, DashboardOptions.MinRefreshInterval, DashboardOptions.MaxRefreshInterval);
        Check(errors, "SessionLength", options.SessionLength, _minSession, _maxSession);
        if (options.MaxItemsPerKind is < 1 or > 10_000)
        {
            errors.Add($"Dashboard:MaxItemsPerKind is {options.MaxItemsPerKind}; allowed 1 to 10000.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Check(List<string> errors, string name, TimeSpan value, TimeSpan min, TimeSpan max)
    {
        if (value < min || value > max)
        {
            errors.Add($"Dashboard:{name} is {value}; allowed {min} to {max}.");
        }
    }
}
