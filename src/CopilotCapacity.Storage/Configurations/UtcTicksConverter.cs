using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace CopilotCapacity.Storage.Configurations;

/// <summary>Keeps instants as UTC ticks, which the database can order and compare.</summary>
public sealed class UtcTicksConverter() : ValueConverter<DateTimeOffset, long>(
    instant => instant.UtcTicks,
    ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
