using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Orleans.Hosting;

/// <summary>Adds reminders.</summary>
public static class SiloBuilderReminderExtensions
{
    /// <summary>Adds the registry; on the embedded engine its table is in memory.</summary>
    public static ISiloBuilder AddReminders(this ISiloBuilder builder) => builder.ConfigureServices(static services => services.AddReminders());

    /// <summary>Adds the registry; on the embedded engine its table is in memory.</summary>
    public static void AddReminders(this IServiceCollection services) => services.TryAddSingleton<IReminderRegistry, ReminderRegistry>();
}
